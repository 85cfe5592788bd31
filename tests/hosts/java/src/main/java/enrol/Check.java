package enrol;

/** What has to hold, or else the run has failed. */
final class Check {
    private Check() {}

    static void that(boolean holds, Object otherwise) {
        if (!holds) {
            throw new IllegalStateException(String.valueOf(otherwise));
        }
    }
}
