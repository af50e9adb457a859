/** Lists of GitHub's REST API, page by page. */

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api: the largest page. */
export const PAGE = 100;

/** All pages, or as many as `most`; the last one is the first that is not full. */
export async function pages<T>(
  fetchPage: (page: number) => Promise<readonly T[]>,
  most = Infinity,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    // Whether there is a next page only this one tells.
    // oxlint-disable-next-line no-await-in-loop
    const items = await fetchPage(page);
    all.push(...items);
    if (items.length < PAGE) break;
  }
  return all;
}
