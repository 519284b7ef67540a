// Tests of the image, Compose files, Helm chart and manifests with the tools that read them: Buildah, Podman,
// Compose, Helm and a real Kubernetes API server. With --install it only installs these.
import process from 'node:process';
import { recordDeployments } from './deployment-hash.mjs';
import { makeBaseImages } from './services/base-images.ts';
import { installClusterFiles } from './services/cluster-files.ts';
import { installClusterTools } from './services/cluster-tools.ts';
import { installed, installPackages, runTests } from './services/packages.ts';
import { buildServerImages } from './services/server-image.ts';

function missingPackages(): string[] {
  return [
    ...['buildah', 'podman', 'runc', 'mmdebstrap'].filter((name) => !installed(name)),
    ...(installed('newuidmap') ? [] : ['uidmap']),
    ...(installed('fuse-overlayfs') ? [] : ['fuse-overlayfs']),
  ];
}

installPackages(missingPackages());
installClusterTools();
installClusterFiles();
makeBaseImages();
if (!process.argv.includes('--install')) {
  buildServerImages();
  runTests('vitest.cluster.config.ts');
  recordDeployments();
}
