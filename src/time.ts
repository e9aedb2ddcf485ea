/** Time: nanoseconds since 1970, how it is printed and how it is parsed. */
export { parseDuration } from './time/duration.js';
export {
  formatClock,
  formatDate,
  formatDelta,
  formatDuration,
  formatSecondsExact,
  formatTimestamp,
  formatTimestampParts,
} from './time/format.js';
export { type Moment, parseMoment } from './time/moment.js';
export { NANOS_PER_SECOND, type Nanos, nanosFromParts, splitNanos } from './time/nanos.js';
export { parseTimePoint, parseTimeWindow, type TimePoint, type TimeWindow } from './time/parse.js';
export {
  clockNotes,
  needsPackets,
  resolveTimePoint,
  resolveTimeWindow,
  type TimeContext,
  type TimeRange,
  windowNeedsPackets,
} from './time/resolve.js';
export { checkZone } from './time/zone.js';
