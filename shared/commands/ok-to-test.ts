import {
  addLabel,
  approveWorkflows,
  cancelJob,
  code,
  defineCommand,
  flag,
  isOver,
  isSelected,
  labelOn,
  NEEDS_OK_TO_TEST,
  OK_TO_TEST,
  quietNotice,
  refuse,
  removeLabel,
  reply,
  selectionOf,
  startActions,
  trusted,
  unvouch,
  vouchedInWords,
  vouchFor,
  whyOver,
  CONFLICTING,
} from '../language/index.ts';

export const okToTest = defineCommand({
  name: 'ok-to-test',
  summary: 'Let jobs run for the commit at the head, though its author is not trusted here.',
  family: 'tests',
  aliases: {},
  args: { cancel: flag('take it back, and stop what runs') },
  examples: ['/ok-to-test', '/ok-to-test cancel'],
  answered: 'Where jobs cannot start all the same, why.',
  allow: trusted,
  plugin: 'trigger',
  needs: ['head', 'pull', 'labels', 'runs'],
  asks: () => ({ jobs: { words: [], workflows: 'none' } }),
  decide({ args, actor, head, pull, labels, runs, answers: { jobs: here } }) {
    const over = pull.state === 'open' ? undefined : whyOver({ state: 'closed', merged: pull.state === 'merged' });
    if (over !== undefined) return [refuse(over)];
    if (here === undefined) return [];
    const [granted, needed] = [labelOn(labels, OK_TO_TEST), labelOn(labels, NEEDS_OK_TO_TEST)];
    if (args.cancel) {
      const running = runs.filter(({ headSha, state }) => headSha === pull.headSha && !isOver(state));
      return [
        unvouch(),
        ...(granted === undefined ? [] : [removeLabel(granted)]),
        ...(here.trust.author || needed !== undefined ? [] : [addLabel(NEEDS_OK_TO_TEST)]),
        ...running.map(cancelJob),
        ...(here.trust.author ? [reply('Its author is trusted here all the same, so jobs go on to run.')] : []),
      ];
    }
    if (here.gate.ignoresOkToTest) {
      return [
        refuse(
          `${code('/ok-to-test')} does nothing here (${code('trigger.ignore_ok_to_test')}): comment ${code('/test all')}, or the jobs that shall run.`,
        ),
      ];
    }
    const missing = here.jobs.filter((job) => isSelected(job, 'all') && job.state === undefined);
    const { start, left } = selectionOf(missing, here.cap, false);
    const conflicting = pull.mergeable === 'conflicting';
    return [
      vouchFor(actor.login, head.sha),
      ...(granted === undefined ? [addLabel(OK_TO_TEST)] : []),
      ...(needed === undefined ? [] : [removeLabel(needed)]),
      quietNotice(OK_TO_TEST, vouchedInWords(actor.login, head.sha)),
      ...(conflicting ? [] : startActions(start, here)),
      ...(here.gate.workflows ? [approveWorkflows(head.sha)] : []),
      ...(conflicting ? [reply(CONFLICTING)] : left.length === 0 ? [] : [reply(left.join(' '))]),
    ];
  },
});
