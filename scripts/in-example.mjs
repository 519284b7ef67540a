// `npm run start:dev` serves this example; nest-cli itself must run in the repository.
process.chdir(new URL('../config/examples/earthquakes', import.meta.url).pathname);
