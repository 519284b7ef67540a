/** Who this process is to the file system, for messages about files that it may not use. */
export function runningUser(): string {
  const [user, group] = [process.geteuid?.(), process.getegid?.()];
  return user === undefined || group === undefined ? 'this user' : `user ${user}, group ${group}`;
}
