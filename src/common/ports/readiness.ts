/** Whether this process still wants traffic. */
export abstract class Readiness {
  abstract get isDraining(): boolean;

  /** From now on `/ready` answers 503, so that balancers send traffic elsewhere; cannot be undone. */
  abstract drain(): void;
}
