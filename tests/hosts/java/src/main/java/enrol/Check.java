package enrol;

/** Fails the run if a condition does not hold. */
final class Check {
    private Check() {}

    static void that(boolean holds, Object otherwise) {
        if (!holds) {
            throw new IllegalStateException(String.valueOf(otherwise));
        }
    }
}
