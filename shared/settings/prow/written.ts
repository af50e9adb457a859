/** A document as a settings file of ours, in the order in which it was made, each part with the line it comes from. */
import { basename } from 'node:path';
import type { ProwDocument } from './built.ts';

/** Longer lists stand one below the other. */
const MAX_LINE_CHARS = 100;

export function settingsYaml({ value, placeOf }: ProwDocument): string {
  const lines: string[] = [];
  const write = (part: Readonly<Record<string, unknown>>, keys: readonly PropertyKey[], indent: string): void => {
    for (const [key, each] of Object.entries(part)) {
      const path = [...keys, key];
      const inline = inOneLine(each);
      const parts = Array.isArray(each) || isRecord(each);
      const short = inline !== undefined && (!parts || indent.length + key.length + inline.length <= MAX_LINE_CHARS);
      const { file, line } = placeOf(path);
      const from = ` # ${basename(file)}:${line}`;
      if (short) {
        lines.push(`${indent}${word(key)}: ${inline}${from}`);
        continue;
      }
      lines.push(`${indent}${word(key)}:`);
      if (Array.isArray(each)) writeList(each, path, `${indent}  `);
      else if (isRecord(each)) write(each, path, `${indent}  `);
    }
  };
  const writeList = (entries: readonly unknown[], keys: readonly PropertyKey[], indent: string): void => {
    for (const [index, entry] of entries.entries()) {
      const { file, line } = placeOf([...keys, index]);
      const inline = inOneLine(entry);
      if (inline !== undefined && indent.length + inline.length <= MAX_LINE_CHARS) {
        lines.push(`${indent}- ${inline}${isRecord(entry) ? ` # ${basename(file)}:${line}` : ''}`);
        continue;
      }
      lines.push(`${indent}- # ${basename(file)}:${line}`);
      if (isRecord(entry)) writePlain(entry, `${indent}  `);
    }
  };
  /** Inside an entry: all of it comes from one place. */
  const writePlain = (part: Readonly<Record<string, unknown>>, indent: string): void => {
    for (const [key, each] of Object.entries(part)) {
      const inline = inOneLine(each);
      if (
        inline !== undefined &&
        (!Array.isArray(each) || indent.length + key.length + inline.length <= MAX_LINE_CHARS)
      ) {
        lines.push(`${indent}${word(key)}: ${inline}`);
        continue;
      }
      lines.push(`${indent}${word(key)}:`);
      for (const entry of Array.isArray(each) ? each : []) lines.push(`${indent}  - ${inOneLine(entry) ?? ''}`);
    }
  };
  write(value, [], '');
  return `${lines.join('\n')}\n`;
}

/** undefined where it is a group, or holds one inside another. */
function inOneLine(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => (Array.isArray(entry) ? undefined : inOneLine(entry)));
    return entries.includes(undefined) || value.some(isRecord) ? undefined : `[${entries.join(', ')}]`;
  }
  if (!isRecord(value)) return typeof value === 'string' ? word(value) : JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, each]) => [key, isRecord(each) ? undefined : inOneLine(each)] as const,
  );
  if (members.some(([, each]) => each === undefined)) return undefined;
  return members.length === 0 ? '{}' : `{ ${members.map(([key, each]) => `${word(key)}: ${each}`).join(', ')} }`;
}

/** In quotes wherever YAML might take it for anything else. */
function word(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
