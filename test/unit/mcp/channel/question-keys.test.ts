import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import type { Question } from '../../../../src/common/domain/question.js';
import { QuestionKeys } from '../../../../src/modules/mcp/channel/question-keys.js';

function form(schema: JsonObject): Question {
  return { kind: 'form', message: 'm', schema };
}

function keysOf(...questions: readonly Question[]): readonly string[] {
  const keys = new QuestionKeys();
  return questions.map((question) => keys.next(question));
}

describe('QuestionKeys', () => {
  it('names a form by its title, the rest by kind and number', () => {
    expect(
      keysOf(
        form({ title: ' User Name? ' }),
        form({}),
        { kind: 'roots' },
        form({ title: 7 }),
        { kind: 'url', message: 'm', url: 'https://x.example' },
        { kind: 'sample', params: {} },
      ),
    ).toEqual(['user_name', 'form_1', 'roots_1', 'form_2', 'url_1', 'sample_1']);
  });

  it('gives no key twice', () => {
    expect(keysOf(form({ title: 'form 1' }), form({}), form({ title: 'A' }), form({ title: 'a' }))).toEqual([
      'form_1',
      'form_2',
      'a',
      'a_2',
    ]);
  });
});
