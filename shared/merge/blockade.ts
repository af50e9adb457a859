/** Files that nobody's agreement lets be changed: how the settings say so. */
import { groupOf, listOf, pattern, section, setting, textLike } from '../language/index.ts';

const sentence = textLike(/^[^\p{C}]{1,200}$/u, 'a sentence of 200 characters at most');

export const blockadeSettings = {
  blockade: section({
    paths: setting(
      listOf(
        groupOf(
          { patterns: listOf(pattern), except: listOf(pattern), branch: pattern, explanation: sentence },
          'patterns',
        ),
      ),
      [],
      'Files whose change blocks a pull request: regular expressions (RE2) that match anywhere in a path, with exceptions, for branches that an expression matches, and with the reason that is told.',
    ),
  }),
};
