/** One thing the doctor looked at. */
export type Finding = {
  readonly check: string;
  /** `unsure` is told and fails nothing. */
  readonly state: 'ok' | 'unsure' | 'wrong';
  readonly found: string;
  /** What to do, exactly. */
  readonly fix?: string;
};

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found });
export const unsure = (check: string, found: string, fix?: string): Finding => ({
  check,
  state: 'unsure',
  found,
  ...(fix === undefined ? {} : { fix }),
});
export const wrong = (check: string, found: string, fix: string): Finding => ({ check, state: 'wrong', found, fix });
