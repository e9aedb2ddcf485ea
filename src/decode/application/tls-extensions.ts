import { byteCount } from '../dissector.js';
import { dissolve, listed, readBytes, readGroup, readItems, readNumber, type Structure } from './structure.js';
import { EXTENSIONS, ExtensionType } from './tls-extension-names.js';
import { EXTENSION_READERS, type ExtensionContext, short } from './tls-extension-readers.js';
import { registered } from './tls-names.js';

/** The list of extensions that ends a hello: RFC 8446 section 4.2. */

/** Extensions without content: their presence is what they say. */
const NO_CONTENT = 'empty';

/** One field an extension, each with its type, length and content; answers their names. */
export function readExtensions(s: Structure, context: ExtensionContext): string {
  const names: string[] = [];
  readItems(s, () => {
    const start = s.at;
    // Read into a list of its own, so that an extension is one field.
    const outer = s.fields;
    s.fields = [];
    const type = readNumber(s, 'Extension Type', 2, (value) => registered(EXTENSIONS, value));
    const length = readNumber(s, 'Length', 2);
    let text: string | null = null;
    if (type !== null && length !== null) text = readContent(s, type, length, context);
    const fields = s.fields;
    s.fields = outer;
    if (fields.length === 0) return;
    const name = type === null ? 'Extension' : short(registered(EXTENSIONS, type));
    names.push(name);
    s.fields.push({
      name: 'Extension',
      value: type,
      text: text === null ? name : `${name}: ${text}`,
      start,
      end: s.at,
      fields,
    });
  });
  return listed(names);
}

function readContent(s: Structure, type: number, length: number, context: ExtensionContext): string | null {
  const read = EXTENSION_READERS[type];
  if (length === 0 && (read === undefined || type !== ExtensionType.serverName)) return NO_CONTENT;
  if (read === undefined) {
    readBytes(s, 'Extension Data', length);
    return byteCount(length);
  }
  const text = readGroup(s, 'Extension Data', length, (inner) => {
    const text = read(inner, context);
    if (!inner.ended && inner.at < inner.end) {
      inner.problem ??= `${inner.what}: ${inner.end - inner.at} bytes beyond its content, at byte ${inner.at}`;
      readBytes(inner, 'Unread Bytes', inner.end - inner.at);
    }
    return text;
  });
  dissolve(s);
  return text;
}
