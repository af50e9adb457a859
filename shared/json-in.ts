/** What a text says as JSON; undefined where it is none, which whoever asks holds to be the wrong shape. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
