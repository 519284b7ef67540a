import { z } from 'zod';
import { noticeLevels, type NoticeLevel } from '../../../common/domain/caller-channel.js';

/** A level in a request. */
export const noticeLevel = z.enum(noticeLevels);

export function isSevereEnough(level: NoticeLevel, least: NoticeLevel): boolean {
  return noticeLevels.indexOf(level) >= noticeLevels.indexOf(least);
}
