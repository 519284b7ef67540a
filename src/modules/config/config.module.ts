import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as CarrierModule, registerAs } from '@nestjs/config';
import type { AppConfig } from '../../common/domain/app-config.js';
import { ConfigLoader, type ConfigRequest } from '../../common/ports/config-loader.js';
import { LoadedConfig } from '../../common/ports/loaded-config.js';
import { currentEnvironment } from './environment.js';
import { YamlConfigLoader } from './yaml-config-loader.js';

/** The key under which `@nestjs/config` holds the one `AppConfig`. */
const KEY = 'mxcp';

/** The configuration of this process, for every module: `LoadedConfig`, and `ConfigLoader` to load it again. */
@Global()
@Module({})
export class ConfigModule {
  /**
   * Loads the configuration as one command asks for it.
   * @param folder where the project is looked for; the working directory when left out
   */
  static forRequest(request: ConfigRequest, folder?: string): DynamicModule {
    const loader = new YamlConfigLoader(currentEnvironment(), folder);
    return carrying(loader, request, () => loader.load(request));
  }

  /** Carries a configuration that was loaded before. */
  static forLoaded({ config, request }: LoadedConfig): DynamicModule {
    return carrying(new YamlConfigLoader(currentEnvironment()), request, () => Promise.resolve(config));
  }
}

function carrying(
  loader: ConfigLoader,
  request: ConfigRequest,
  load: () => Promise<AppConfig>,
): DynamicModule {
  const carried = registerAs(KEY, load);
  return {
    module: ConfigModule,
    imports: [
      CarrierModule.forRoot({
        isGlobal: true,
        // no .env file, and nothing from or into process.env: environment.ts alone reads it
        ignoreEnvFile: true,
        ignoreEnvVars: true,
        envFilePath: [],
        skipProcessEnv: true,
        load: [carried],
      }),
    ],
    providers: [
      { provide: ConfigLoader, useValue: loader },
      {
        provide: LoadedConfig,
        useFactory: (config: AppConfig): LoadedConfig => ({ config, request }),
        inject: [carried.KEY],
      },
    ],
    exports: [ConfigLoader, LoadedConfig],
  };
}
