// The package reads its module from its own folder, so it is not bundled.

export default {
  serverExternalPackages: ["@enrol-sso/enrol", "pg"],
};
