import { z } from 'zod';
import type { NoticeLevel } from '../../../common/domain/caller-channel.js';

/** From the least to the most severe. */
const levels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const satisfies readonly NoticeLevel[];

/** A level in a request. */
export const noticeLevel = z.enum(levels);

export function isSevereEnough(level: NoticeLevel, least: NoticeLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(least);
}
