/** The timeline of an issue or pull request, as far as it shows who was at it. */
import * as z from 'zod/mini';
import type { Happening } from '../provider.ts';
import type { Client } from './client.ts';
import { PAGE } from './pages.ts';

/** What is longer is a matter for people. */
const MAX_PAGES = 10;
/** https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
const INSIDERS: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);
const ACTS: ReadonlySet<string> = new Set([
  'reopened',
  'renamed',
  'ready_for_review',
  'converted_to_draft',
  'review_requested',
  'head_ref_force_pushed',
  'assigned',
  'milestoned',
]);

const user = z.nullish(z.object({ login: z.string(), id: z.number(), type: z.optional(z.string()) }));
const written = z.object({ user, created_at: z.string(), author_association: z.optional(z.string()) });
const entry = z.object({
  event: z.optional(z.string()),
  actor: user,
  user,
  created_at: z.nullish(z.string()),
  submitted_at: z.nullish(z.string()),
  author_association: z.optional(z.string()),
  label: z.optional(z.object({ name: z.nullish(z.string()) })),
  comments: z.optional(z.array(written)),
});

export async function happenedOn(
  octokit: Client['octokit'],
  of: { readonly owner: string; readonly repo: string; readonly issue_number: number },
): Promise<{ readonly happened: readonly Happening[]; readonly complete: boolean }> {
  const happened: Happening[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    // Whether there is a next page only this one tells.
    // oxlint-disable-next-line no-await-in-loop
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/timeline', {
      ...of,
      per_page: PAGE,
      page,
    });
    happened.push(...data.flatMap((each: unknown) => happeningsIn(each)));
    if (data.length < PAGE) return { happened, complete: true };
  }
  return { happened, complete: false };
}

function happeningsIn(raw: unknown): readonly Happening[] {
  const parsed = entry.safeParse(raw);
  if (!parsed.success) return [];
  const {
    event = '',
    actor,
    user: writer,
    created_at: created,
    submitted_at: submitted,
    label,
    comments = [],
  } = parsed.data;
  const { author_association: association } = parsed.data;
  const at = submitted ?? created;
  switch (event) {
    case 'commented':
    case 'reviewed':
      return spoken({ user: writer ?? actor, at, association });
    case 'line-commented':
      return comments.flatMap((each) =>
        spoken({ user: each.user, at: each.created_at, association: each.author_association }),
      );
    case 'labeled':
    case 'unlabeled':
      return at && label?.name
        ? [{ is: event, by: personFrom(actor), at: moment(at), insider: false, label: label.name }]
        : [];
    default:
      return at && ACTS.has(event) ? [{ is: 'acted', by: personFrom(actor), at: moment(at), insider: false }] : [];
  }
}

type Said = {
  readonly user: z.infer<typeof user>;
  readonly at: string | null | undefined;
  readonly association: string | undefined;
};

function spoken({ user: by, at, association = '' }: Said): readonly Happening[] {
  return at ? [{ is: 'spoke', by: personFrom(by), at: moment(at), insider: INSIDERS.has(association) }] : [];
}

function personFrom(by: z.infer<typeof user>): Happening['by'] {
  if (!by) return { login: 'ghost', id: '0', bot: false };
  return { login: by.login, id: String(by.id), bot: by.type === 'Bot' || by.login.endsWith('[bot]') };
}

/** Moments are compared as text. */
function moment(at: string): string {
  return new Date(at).toISOString();
}
