/** How text is painted: one accent colour, dim for the secondary, red and green only for wrong and right. */
export interface Paint {
  accent(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  strong(text: string): string;
}

const same = (text: string): string => text;
export const PLAIN: Paint = { accent: same, dim: same, good: same, bad: same, strong: same };

/** Whether to paint at all: FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, TERM=dumb and CLICOLOR in this order, then whether it is a terminal. */
export function wantsColour(
  environment: Record<string, string | undefined>,
  isTerminal: boolean,
  setting: 'auto' | 'on' | 'off' = 'auto',
): boolean {
  const { FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (setting !== 'auto') return setting === 'on';
  if (CLICOLOR_FORCE !== undefined && CLICOLOR_FORCE !== '0') return true;
  return isTerminal && TERM !== 'dumb' && CLICOLOR !== '0';
}

/** chalk is loaded only where something is painted. */
export async function createPaint(colour: boolean): Promise<Paint> {
  if (!colour) return PLAIN;
  const { Chalk } = await import('chalk');
  // The 16 colours of the terminal's own palette, so that they fit its background.
  const chalk = new Chalk({ level: 1 });
  return { accent: chalk.cyan, dim: chalk.dim, good: chalk.green, bad: chalk.red, strong: chalk.bold };
}
