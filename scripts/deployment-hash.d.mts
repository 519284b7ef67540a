/** Whether the deployment files are those of the last passing run of `npm run test:cluster`. */
export function areDeploymentsProven(): boolean;
/** Notes that the tests passed on the deployment files as they are; the note is to be committed. */
export function recordDeployments(): void;
