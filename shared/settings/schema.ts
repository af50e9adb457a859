/** What can be set, each with its default and a sentence: validation, editor completion and the README table read this. */
import * as z from 'zod/mini';

/** The families that Prow knows: `/kind bug` is the label `kind/bug`. */
const PROW_FAMILIES = ['area', 'committee', 'kind', 'language', 'priority', 'sig', 'triage', 'wg'];
const MAX_ENTRIES = 100;
const MAX_LINES = 1_000_000;
const MAX_COMMENTS = 1_000;

const onOff = (byDefault: boolean, summary: string) => z.prefault(z.boolean(), byDefault).check(z.describe(summary));
const lines = (byDefault: number, summary: string) =>
  z.prefault(z.int().check(z.gte(0), z.lte(MAX_LINES)), byDefault).check(z.describe(summary));
const listOf = (entry: z.ZodMiniString, byDefault: string[], summary: string) =>
  z.prefault(z.array(entry).check(z.maxLength(MAX_ENTRIES)), byDefault).check(z.describe(summary));

const labelFamily = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,49}$/));
const commandPrefix = z.string().check(z.regex(/^(?:[a-z][a-z0-9-]{0,29})?$/));
const commandName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,49}$/));
const login = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:\[bot\])?$/));
const pattern = z.string().check(z.minLength(1));

export const settingsFile = z.strictObject({
  labels: z.prefault(
    z.strictObject({
      prefixes: listOf(labelFamily, PROW_FAMILIES, 'Label families that are commands: `/kind bug` puts `kind/bug` on.'),
    }),
    {},
  ),
  hold: z.prefault(
    z.strictObject({
      lifted_by: z
        .prefault(z.enum(['holder', 'anyone']), 'holder')
        .check(z.describe('Who lifts a hold: whoever set it, approvers and maintainers (`holder`), or `anyone`.')),
    }),
    {},
  ),
  lgtm: z.prefault(
    z.strictObject({
      review_acts_as_lgtm: onOff(false, 'An approving review of a reviewer is an lgtm as well.'),
    }),
    {},
  ),
  approve: z.prefault(
    z.strictObject({
      self_approval: onOff(true, 'The author counts as having approved what they own.'),
      lgtm_acts_as_approve: onOff(false, 'The lgtm of an approver is an approval as well.'),
      ignore_review_state: onOff(false, 'Reviews on the forge neither approve nor take an approval back.'),
    }),
    {},
  ),
  merge: z.prefault(
    z.strictObject({
      enabled: onOff(true, 'Merge a pull request as soon as nothing blocks it.'),
      method: z
        .prefault(z.enum(['merge', 'squash', 'rebase']), 'merge')
        .check(z.describe('How to merge, where the repository allows it; else the first way it allows.')),
    }),
    {},
  ),
  size: z.prefault(
    z
      .strictObject({
        s: lines(10, 'Changed lines from which a change is `size/S`; below it is `size/XS`.'),
        m: lines(30, 'Changed lines from which a change is `size/M`.'),
        l: lines(100, 'Changed lines from which a change is `size/L`.'),
        xl: lines(500, 'Changed lines from which a change is `size/XL`.'),
        xxl: lines(1_000, 'Changed lines from which a change is `size/XXL`.'),
      })
      .check(
        z.refine(({ s, m, l, xl, xxl }) => s < m && m < l && l < xl && xl < xxl, {
          error: 'Each size begins above the one before it: s, m, l, xl, xxl.',
        }),
      ),
    {},
  ),
  owners: z.prefault(
    z.strictObject({
      skip_collaborators: onOff(false, 'Only people whom OWNERS name may review; being able to write is not enough.'),
      markdown_front_matter: onOff(false, 'Markdown files may name their owners in a YAML block at their top.'),
      denied: listOf(pattern, [], 'Regular expressions (RE2) of folders whose OWNERS do not count.'),
    }),
    {},
  ),
  commands: z.prefault(
    z.strictObject({
      prefix: z
        .prefault(commandPrefix, '')
        .check(z.describe('With `bot`, every command is also known as `/bot-…`. `/lh-…` always works.')),
      disabled: listOf(commandName, [], 'Names of commands that are switched off.'),
    }),
    {},
  ),
  bots: listOf(login, [], 'Logins of bots whose comments count as commands.'),
  budget: z.prefault(
    z.strictObject({
      comments_per_hour: z
        .prefault(z.int().check(z.gte(1), z.lte(MAX_COMMENTS)), 60)
        .check(z.describe('Replies and notices on one pull request within an hour; what is above is left out.')),
    }),
    {},
  ),
});
export type SettingsFile = z.infer<typeof settingsFile>;

type Schema = z.core.JSONSchema.BaseSchema;

/** For editors: completion and checks while a settings file is written. */
export function settingsJsonSchema(): Schema {
  return z.toJSONSchema(settingsFile, { io: 'input' });
}

export type SettingRow = { readonly key: string; readonly byDefault: unknown; readonly summary: string };

/** Every setting by its path, `hold.lifted_by`, in the order of the schema. */
export function settingRows(): readonly SettingRow[] {
  return rowsOf(settingsJsonSchema(), '');
}

function rowsOf({ properties = {}, description, default: byDefault }: Schema, key: string): readonly SettingRow[] {
  if (description !== undefined) return [{ key, byDefault, summary: description }];
  return Object.entries(properties).flatMap(([name, each]) =>
    typeof each === 'boolean' ? [] : rowsOf(each, key === '' ? name : `${key}.${name}`),
  );
}
