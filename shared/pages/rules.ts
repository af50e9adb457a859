/** The page of one repository's rules: who may what there, what is set and by whom, and what is written in vain. */
import { html } from 'hono/html';
import type { RepositoryName } from '../delivery.ts';
import type { Clock } from '../clocks.ts';
import type { AnyAutomation } from '../language/index.ts';
import type { ListedSetting } from '../settings/index.ts';
import type { Known } from '../settings-here.ts';
import { layout, rich, type Html } from './layout.ts';
import { inPlace, linked, type Place } from './place.ts';
import { commandTable, ruleTable, type CommandShown } from './rule-tables.ts';

type Remark = { readonly from: Place; readonly problem: string };
type FileLayer = 'organization' | 'repository';

export type BrokenShown = {
  readonly layer: FileLayer;
  readonly file: string;
  readonly mistakes: readonly Remark[];
  /** The version that counts; undefined where none was ever good. */
  readonly instead: { readonly commit: string; readonly url: string | undefined } | undefined;
};

export type RulesShown = {
  readonly commands: readonly CommandShown[];
  readonly automations: readonly AnyAutomation[];
  readonly clocks: readonly Clock[];
  readonly set: readonly (Omit<ListedSetting, 'from' | 'lockedBy'> & {
    readonly from: Place | undefined;
    readonly lockedBy: Place | undefined;
  })[];
  readonly locks: readonly { readonly name: string; readonly from: Place }[];
  readonly ignored: readonly Remark[];
  /** Undefined for the deployment as a whole. */
  readonly about?: {
    /** `github:acme/widgets` */
    readonly repository: string;
    /** Empty for the default branch. */
    readonly branch: string;
    readonly known: Readonly<Record<FileLayer, Known>>;
    readonly broken: readonly BrokenShown[];
  };
};

/** What the pages ask about rules. */
export type Rulebook = {
  /** For no repository in particular. */
  readonly general: RulesShown;
  named(text: string): RepositoryName | 'misnamed' | 'no-such-forge';
  at(where: RepositoryName & { readonly branch?: string | undefined }): Promise<RulesShown>;
};

/** What the form was filled with. */
export type RulesQuestion = { readonly repository: string; readonly branch: string };

export function rulesPage(question: RulesQuestion, shown: RulesShown): Html {
  const { about, commands, set, locks, ignored } = shown;
  return layout(
    about === undefined ? 'Rules and settings' : about.repository,
    html`${repositoryForm(question)} ${about === undefined ? general() : state(about)}
      <h2>Who may use which command</h2>
      ${commandTable(commands)}
      <h2>What is set</h2>
      ${settingTable(set)} ${locks.length === 0 ? '' : locked(locks)}
      ${ignored.length === 0 ? '' : remarks('Written, but without effect', ignored)}
      <h2>What happens by itself</h2>
      ${ruleTable(shown)}`,
  );
}

/** What cannot be shown, and why, with the form to ask again. */
export function noRulesPage(problem: 'misnamed' | 'no-such-forge' | 'no-branch'): Html {
  const sentences = {
    misnamed: 'That is not the name of a repository. It is written with its organization: `acme/widgets`.',
    'no-such-forge': 'There is no forge of that name. On GitHub a repository is `github:acme/widgets`.',
    'no-branch': 'That cannot be the name of a branch.',
  };
  return layout(
    'Rules and settings',
    html`${repositoryForm({ repository: '', branch: '' })}
      <p class="note broken">${rich(sentences[problem])}</p>`,
  );
}

export function repositoryForm({ repository, branch }: RulesQuestion): Html {
  return html`<form method="get" action="/settings">
    <label
      >Repository<input name="repository" value="${repository}" placeholder="github:acme/widgets" size="32" required
    /></label>
    <label>Branch<input name="branch" value="${branch}" placeholder="the default branch" size="20" /></label>
    <button>Show its rules</button>
  </form>`;
}

function general(): Html {
  return html`<p class="dim">
    These are the rules of this deployment. Files of an organization and of a repository may change them there: name a
    repository to see what is in force in it.
  </p>`;
}

const FILES: Readonly<Record<FileLayer, string>> = {
  organization: "The organization's file",
  repository: "The repository's file",
};
const WITHIN: Readonly<Record<FileLayer, string>> = { organization: 'five minutes', repository: 'hour' };

function state({ branch, known, broken }: NonNullable<RulesShown['about']>): Html {
  const old = (['organization', 'repository'] as const).filter((layer) => known[layer] === 'before');
  const which = branch === '' ? html`the default branch` : html`<code>${branch}</code>`;
  const above = known.organization === 'never' ? "the deployment's" : "the organization's and the deployment's";
  return html`${
    known.repository === 'never'
      ? html`<p class="note">
          The settings of this repository, on ${which}, have not been read yet, or not within the last hour, and no
          version of them is known. Shown are ${above}. The next command there reads them.
        </p>`
      : html`<p class="dim">What is in force for pull requests into ${which}.</p>`
  }
  ${old.map(
    (layer) =>
      html`<p class="note">
        ${FILES[layer]} has not been looked at within the last ${WITHIN[layer]}, or was pushed to since. Shown is its
        last version without mistakes; the next command reads it anew.
      </p>`,
  )}
  ${broken.map(brokenFile)}`;
}

function brokenFile({ layer, file, mistakes, instead }: BrokenShown): Html {
  return html`<div class="note broken">
    <strong>${FILES[layer]}, <code>${file}</code>, has mistakes and does not count.</strong>
    ${
      instead === undefined
        ? html`No earlier version without mistakes was found: it counts as if it were empty.`
        : html`Its last version without mistakes counts instead, at
          ${linked(html`<code>${instead.commit.slice(0, 7)}</code>`, instead.url)}.`
    }
    <ul>
      ${mistakes.map(({ from, problem }) => html`<li>${linked(html`line ${from.line}`, from.url)}: ${rich(problem)}</li>`)}
    </ul>
  </div>`;
}

function settingTable(set: RulesShown['set']): Html {
  if (set.length === 0) return html`<p>Nothing: everything is as it is built in.</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Here</th>
          <th scope="col">Built in</th>
          <th scope="col">Set by</th>
        </tr>
      </thead>
      <tbody>
        ${set.map(
          ({ name, value, builtIn, from, lockedBy }) =>
            html`<tr>
              <td class="lines"><code>${name}</code></td>
              <td>${rich(value)}</td>
              <td class="dim">${rich(builtIn)}</td>
              <td>
                ${from === undefined ? '' : inPlace(from)}${lockedBy === undefined ? '' : html`<br /><span class="dim">locked</span>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function locked(locks: RulesShown['locks']): Html {
  return html`<h2>Locked</h2>
    <p class="dim">Later files cannot change these.</p>
    <ul>
      ${locks.map(({ name, from }) => html`<li><code>${name}</code>: ${inPlace(from)}</li>`)}
    </ul>`;
}

function remarks(title: string, all: readonly Remark[]): Html {
  return html`<h2>${title}</h2>
    <ul>
      ${all.map(({ from, problem }) => html`<li>${inPlace(from)}: ${rich(problem)}</li>`)}
    </ul>`;
}
