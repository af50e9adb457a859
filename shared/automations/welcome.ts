import { code, defineAutomation, notice, onOff, section, setting, textLike } from '../language/index.ts';

/** As in Prow’s own files, or in ours. */
const WORD = /\{\{\s*\.(Org|Repo|AuthorLogin|AuthorName)\s*\}\}|\{(owner|repository|author)\}/g;
/** Other actions of Go’s templates would be shown as they are written. */
const TEMPLATE = /^(?:(?!\{\{(?!\s{0,9}\.(?:Org|Repo|AuthorLogin|AuthorName)\s{0,9}\}\}))[^\0]){0,4000}$/;

export const welcome = defineAutomation({
  name: 'welcome',
  summary: 'Welcomes people whose first pull request in the repository it is.',
  onRequest: true,
  on: ['opened'],
  after: [],
  plugin: 'welcome',
  settings: {
    welcome: section({
      messageTemplate: setting(
        textLike(
          TEMPLATE,
          'text of at most 4,000 characters in which `{author}`, `{owner}` and `{repository}` stand for those',
        ),
        '',
        'What newcomers are told instead of our own words; Markdown. `{author}`, `{owner}` and `{repository}` stand for those, as do Prow’s words in double braces.',
        { prow: { at: 'welcome[].message_template' } },
      ),
      alwaysPost: setting(onOff, false, 'Everybody is welcomed, with each pull request.', {
        prow: { at: 'welcome[].always_post' },
      }),
    }),
  },
  // Nobody is welcomed to an issue.
  needs: ['head'],
  asks: ({ author, settings }) => (author.bot || settings.welcome.alwaysPost ? {} : { newcomer: true }),
  decide({ answers, author, subject, settings: { welcome: said } }) {
    if (author.bot || !(said.alwaysPost || answers.newcomer === true)) return [];
    const { owner, repository } = subject;
    if (said.messageTemplate.trim() !== '') {
      const words = { owner, repository, author: author.login };
      return [notice('welcome', filled(said.messageTemplate, words))];
    }
    const first = said.alwaysPost
      ? ''
      : `This looks like your first pull request in ${code(`${owner}/${repository}`)}. `;
    return [
      notice(
        'welcome',
        `**Welcome, ${code(author.login)}.** ${first}${code('/commands')} lists what can be commented here.`,
      ),
    ];
  },
});

type Words = { readonly owner: string; readonly repository: string; readonly author: string };

/** All at once, so that nothing in a name is looked at for words in braces, and none of it can be markup. */
function filled(template: string, { owner, repository, author }: Words): string {
  return template.replace(WORD, (_, prow: string | undefined, ours: string | undefined) => {
    if (prow === 'Org' || ours === 'owner') return escaped(owner);
    return escaped(prow === 'Repo' || ours === 'repository' ? repository : author);
  });
}

function escaped(name: string): string {
  return name.replace(/[&<>"'`|*[\]\\]/g, (character) => `&#${character.charCodeAt(0)};`);
}
