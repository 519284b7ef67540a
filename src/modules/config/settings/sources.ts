import type { ConfigRequest } from '../../../common/ports/config-loader.js';
import type { Environment } from '../environment.js';
import type { Defaults } from '../schema/defaults-schema.js';
import type { SiteDocument, SiteProfileDocument } from '../site-config.js';
import type { UserDocument, UserProfileDocument } from '../user-config.js';
import type { Variables } from '../variables.js';

/** All that one load found, resolved and checked: what the settings are made of. */
export interface Sources {
  readonly request: ConfigRequest;
  readonly environment: Environment;
  readonly variables: Variables;
  readonly defaults: Defaults;
  readonly productVersion: string;
  readonly root: string;
  readonly siteFile: string;
  readonly userFile: string | null;
  /** Name of the active profile. */
  readonly profile: string;
  readonly site: SiteDocument;
  readonly siteProfile: SiteProfileDocument;
  readonly user: UserDocument;
  readonly userProfile: UserProfileDocument;
}
