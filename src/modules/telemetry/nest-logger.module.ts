import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { PinoLog } from './pino-log.js';

/** Nest's own messages, from warning up, through the same pino as everything else. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [PinoLog],
      useFactory: (log: PinoLog) => ({
        pinoHttp: { logger: log.pino.child({ logger: 'nest' }, { level: 'warn' }), autoLogging: false },
        // request lines are the HTTP edge's: no middleware on any route
        forRoutes: [],
      }),
    }),
  ],
  exports: [LoggerModule],
})
export class NestLoggerModule {}
