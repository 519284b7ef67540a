import { Module } from '@nestjs/common';
import { provide } from '../../common/nest/provide.js';
import { Clock } from '../../common/ports/clock.js';
import { Log } from '../../common/ports/log.js';
import { PolicyCompiler } from '../../common/ports/policy-engine.js';
import { LazyPolicyCompiler } from './lazy-policy-compiler.js';

/** CEL rules to verdicts. */
@Module({
  providers: [provide(PolicyCompiler, LazyPolicyCompiler, [Clock, Log])],
  exports: [PolicyCompiler],
})
export class PolicyModule {}
