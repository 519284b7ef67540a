import type { CallerContext } from '../caller-context.js';
import type { RequestChannel } from './request-channel.js';
import type { RequestState, StateBinding } from './request-state.js';
import { RetryChannel } from './retry-channel.js';
import { SessionChannel } from './session-channel.js';

/** Opens the channel of a request in the manner of its era. */
export class Channels {
  constructor(private readonly states: RequestState) {}

  /** @throws RequestStateError when the request carries a state that is not good for it */
  open(binding: StateBinding, { era, link }: CallerContext): RequestChannel {
    return era === 'modern' ? new RetryChannel(link, this.states, binding) : new SessionChannel(link);
  }
}
