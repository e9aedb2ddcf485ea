import type { Result, ToldWindow } from '../commands/result.js';
import type { Capture } from '../src/plan/capture.js';
import { type TimeStep, windowSteps } from '../src/plan/steps.js';
import { resolveWindow, timeNeedsInput, windowText } from '../src/plan/time-stage.js';
import type { RunOptions } from '../src/progress.js';

/** Windows that have been told, by the steps that hold them: each is told once. */
export type ToldSteps = WeakSet<TimeStep>;

/** What the windows under captures turned out to be, as far as it has not been told. Called when the packets have been looked at. */
export async function windowsOf(
  captures: readonly Capture[],
  told: ToldSteps,
  options: RunOptions,
): Promise<(Result & { kind: 'windows' }) | null> {
  const windows: ToldWindow[] = [];
  for (const capture of captures) {
    const steps = windowSteps(capture.plan);
    if (steps.every((step) => told.has(step))) continue;
    const resolved = await capture.windows(options);
    for (const [i, step] of steps.entries()) {
      if (told.has(step)) continue;
      told.add(step);
      windows.push({ text: resolved[i].text, zone: resolved[i].zone, resolved: resolved[i] });
    }
  }
  return windows.length === 0 ? null : { kind: 'windows', windows };
}

/** The same of a handle that nobody has looked at: what can be told without reading anything. */
export function windowsWithoutLook(capture: Capture, told: ToldSteps): (Result & { kind: 'windows' }) | null {
  const windows: ToldWindow[] = [];
  for (const step of windowSteps(capture.plan)) {
    if (told.has(step)) continue;
    const text = windowText(step.window);
    if (timeNeedsInput(step)) windows.push({ text, zone: step.zone, resolved: null });
    else {
      told.add(step);
      const resolved = resolveWindow(step, null);
      windows.push({ text, zone: resolved.zone, resolved });
    }
  }
  return windows.length === 0 ? null : { kind: 'windows', windows };
}
