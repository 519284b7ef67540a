import { CallerChannel, type NoticeLevel } from '../../src/common/domain/caller-channel.js';
import type { JsonValue } from '../../src/common/domain/json.js';
import type { Question } from '../../src/common/domain/question.js';

/** A caller that keeps what it is told, and answers as the test says; null lets it be asked by a retry. */
export class RecordingChannel extends CallerChannel {
  readonly told: unknown[][] = [];
  readonly asked: (readonly Question[])[] = [];

  constructor(
    private readonly answer: () => Promise<readonly JsonValue[] | null> = () => Promise.resolve(null),
  ) {
    super();
  }

  progress(done: number, total?: number, message?: string): void {
    this.told.push(['progress', done, total, message]);
  }

  log(level: NoticeLevel, data: JsonValue, logger?: string): void {
    this.told.push(['log', level, data, logger]);
  }

  ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null> {
    this.asked.push(questions);
    return this.answer();
  }
}
