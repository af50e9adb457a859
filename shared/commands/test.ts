import {
  answering,
  anyone,
  defineCommand,
  flag,
  isRed,
  isSelected,
  jobsInWords,
  namesIn,
  refuse,
  reply,
  rerunsOf,
  selectionOf,
  startActions,
  starters,
  unknownInWords,
  whyNoJob,
  withFlag,
  words,
} from '../language/index.ts';

export const testCommand = defineCommand({
  name: 'test',
  summary: 'Start jobs for the commit at the head: some by their names, or all that start by themselves.',
  family: 'tests',
  aliases: { 'test?': 'test ?' },
  args: {
    all: flag('all jobs that start by themselves'),
    '?': flag('only say what would run, and why'),
    jobs: words('names of jobs', { required: false }),
  },
  examples: ['/test all', '/test unit lint', '/test ?'],
  answered: 'What was meant and is not started, and why; for `?`, all jobs. What starts is told by its status.',
  allow: withFlag('?', anyone, starters),
  plugin: 'trigger',
  needs: ['head', 'pull'],
  asks: ({ args }) => ({
    jobs: {
      words: namesIn(args.jobs),
      workflows: args.all || args['?'] || args.jobs.length === 0 ? 'all' : 'if-named',
    },
  }),
  decide({ args, answers, pull, subject }) {
    const here = answers.jobs;
    if (args['?'] && here !== undefined) return [reply(jobsInWords(here))];
    const why = whyNoJob({ pull, subject, answers });
    if (why !== undefined || here === undefined) return [refuse(why ?? '')];
    if (!args.all && args.jobs.length === 0) return [refuse(`Which jobs? ${jobsInWords(here)}`)];
    const unknown = here.unknown.map((word) => unknownInWords(word, here));
    const meant = here.jobs.filter((job) => isSelected(job, 'named') || (args.all && isSelected(job, 'all')));
    const { start, left } = selectionOf(meant, here.cap, true);
    const failed = args.all ? here.workflows.filter(({ state }) => isRed(state)) : [];
    const again = rerunsOf([...new Set([...here.namedWorkflows, ...failed])], here, 'all');
    return answering(
      [...startActions(start, here), ...again.actions],
      [...left, ...again.left, ...unknown],
      here,
      'No job starts by itself for what is changed here.',
    );
  },
});
