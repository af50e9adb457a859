import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Parser } from 'commonmark';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['docs', 'local', 'shared'];

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

const anchors = new Map(pages.map((page) => [page, anchorsOf(readFileSync(join(ROOT, page), 'utf8'))]));

test.each(pages)('every link of %s leads somewhere', (page) => {
  const dead = linksOf(readFileSync(join(ROOT, page), 'utf8')).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const to = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, to))) return true;
    return anchor !== undefined && anchors.get(to)?.has(anchor) === false;
  });
  expect(dead).toEqual([]);
});

/** Within the repository. */
function linksOf(text: string): readonly string[] {
  // Tables are none of CommonMark's, the links in them are.
  const links: string[] = [];
  const walker = new Parser().parse(text).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { destination } = step.node;
    if (step.entering && destination !== null && !/^[a-z]+:/.test(destination)) links.push(destination);
  }
  return links;
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
