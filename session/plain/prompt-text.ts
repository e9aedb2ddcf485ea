import { formatCount } from '../../src/bytes/size.js';
import { knownPackets } from '../desk.js';
import type { Paint } from '../render/paint.js';
import type { Session } from '../session.js';

/** `web 1,283,904+ › `: the current handle and its packets; `+` while it is being read. */
export function promptText(session: Session, paint: Paint): string {
  const { current, handles } = session.shelf();
  const handle = current === null ? undefined : handles.get(current);
  if (handle === undefined) return `${paint.accent('pcapsh')} › `;
  return `${paint.accent(handle.name)} ${paint.dim(countText(session, handle.capture))}› `;
}

function countText(session: Session, capture: Parameters<typeof knownPackets>[1]): string {
  const { packets } = knownPackets(session, capture);
  if (packets !== null) return `${formatCount(packets)} `;
  if (capture.plan.step !== 'load') return '';
  const { rows } = session.options.workspace.status(capture);
  return `${formatCount(rows)}+ `;
}
