import { Module } from '@nestjs/common';
import { provide } from '../../common/nest/provide.js';
import { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import { YamlEndpointLoader } from './yaml-endpoint-loader.js';

@Module({
  providers: [provide(EndpointLoader, YamlEndpointLoader, [])],
  exports: [EndpointLoader],
})
export class EndpointsModule {}
