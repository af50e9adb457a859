import { anyone, code, defineCommand, refuse, undone } from '../language/index.ts';

export const undo = defineCommand({
  name: 'undo',
  summary: 'Take back the last thing that a command of yours did here.',
  family: 'help',
  aliases: {},
  args: {},
  examples: ['/undo'],
  answered: 'Why it cannot be taken back, where it cannot.',
  // Whoever may use the opposite command: that is asked where it is known which one it is.
  allow: anyone,
  needs: ['undoable'],
  decide({ commands = [], undoable }) {
    if (commands.length > 1) {
      return [refuse(`${code('/undo')} stands in a comment of its own, so that it is clear what was last.`)];
    }
    switch (undoable.is) {
      case 'nothing':
        return [refuse('No command of yours did anything here that is not taken back already.')];
      case 'not':
        return [refuse(`${code(undoable.text)} is not taken back. ${undoable.because}`)];
      default:
        return [undone(undoable.record)];
    }
  },
});
