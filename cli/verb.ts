/** What every verb is, and what it may use of the world around it. */

/** 0 done, 1 found something wrong, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

export type World = {
  /** `process.env`, or what stands for it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where it was called. */
  readonly folder: string;
  readonly now: () => Date;
  /** Resolves when there is room for more. */
  readonly print: (text: string) => Promise<void>;
  readonly warn: (text: string) => void;
  /** Columns of the terminal; undefined where the output goes elsewhere. */
  readonly columns: number | undefined;
};

export type Verb = {
  /** `audit query` */
  readonly name: string;
  readonly summary: string;
  /** What follows on the name, then a line for each option. */
  readonly usage: string;
  readonly run: (args: readonly string[], world: World) => Promise<ExitCode>;
};

/** The caller's mistake: told with the way to the help, exit 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
