import type { JsonValue } from '../../../common/domain/json.js';
import type { Question } from '../../../common/domain/question.js';

/**
 * The keys of the questions of one run, in the order in which they are asked: a form's `title` in snake case, else
 * the kind; and a number, from the second form of a title and the first question of a kind on. The same run gives
 * the same keys.
 */
export class QuestionKeys {
  readonly #used = new Set<string>();

  next(question: Question): string {
    const title = question.kind === 'form' ? snakeCase(question.schema['title']) : '';
    let key = title;
    for (let count = 1; key === '' || this.#used.has(key); count += 1) {
      key = title === '' ? `${question.kind}_${count}` : `${title}_${count + 1}`;
    }
    this.#used.add(key);
    return key;
  }
}

function snakeCase(title: JsonValue | undefined): string {
  if (typeof title !== 'string') return '';
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .slice(0, 64)
    .replace(/^_+|_+$/g, '');
}
