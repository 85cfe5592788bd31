// The package reads its module from beside its own files, so it is not bundled.

export default {
  serverExternalPackages: ["@enrol-sso/enrol", "pg"],
};
