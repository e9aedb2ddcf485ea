import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** A sidecar that is open for reading. */
export interface SidecarFile {
  bytes: number;
  /** Fills `target` from `position`; false when the file ends before, cannot be read or has been closed. */
  read(target: Uint8Array, position: number): boolean;
  isOpen(): boolean;
  close(): void;
}

/** Opens a regular file, or says why not: null when there is none, else the end of a sentence that begins with "the index". */
export function openSidecarFile(path: string): SidecarFile | string | null {
  let descriptor: number;
  try {
    // Never waits: what stands at this place may be a pipe that nobody writes to.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : `cannot be read: ${code}`;
  }
  const status = fstatSync(descriptor);
  if (!status.isFile()) {
    closeSync(descriptor);
    return 'is no regular file';
  }
  let open = true;
  return {
    bytes: status.size,
    read: (target, position) => open && readFully(descriptor, target, position),
    isOpen: () => open,
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function readFully(descriptor: number, target: Uint8Array, position: number): boolean {
  try {
    for (let at = 0; at < target.length; ) {
      const count = readSync(descriptor, target, at, target.length - at, position + at);
      if (count === 0) return false;
      at += count;
    }
    return true;
  } catch {
    return false; // a bad sector is damage like any other
  }
}
