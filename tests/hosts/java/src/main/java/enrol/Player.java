package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Takes the host's side in the replay of one transcript. */
final class Player implements SignupInstance.Ask {
    private static final byte[] DIFFERS = "{\"error\":\"the replay differs from the transcript\"}".getBytes(UTF_8);

    final Transcript transcript;
    private final IntPredicate later; // says of each effect whether its answer comes later
    private int next;
    private String difference;
    private byte[] answer; // what the operation waits for

    Player(Transcript transcript, IntPredicate later) {
        this.transcript = transcript;
        this.later = later;
    }

    SignupInstance.State begin(SignupInstance instance) {
        return instance.start(transcript.operation(), transcript.request().getBytes(UTF_8), this);
    }

    SignupInstance.State goOn(SignupInstance instance, SignupInstance.Waiting waiting) {
        return instance.resume(waiting, answer);
    }

    @Override
    public byte[] ask(int op, String effect, byte[] request) {
        if (difference == null) {
            compare(effect, request);
        }
        if (difference != null) {
            return DIFFERS;
        }
        answer = transcript.effects().get(next).answer().getBytes(UTF_8);
        next++;
        return later.test(next) ? null : answer;
    }

    private void compare(String effect, byte[] request) {
        if (next == transcript.effects().size()) {
            difference = "effect " + next + ": " + effect + ", where the transcript has no more effects";
            return;
        }
        Transcript.Effect want = transcript.effects().get(next);
        if (!effect.equals(want.effect()) || !Arrays.equals(request, want.request().getBytes(UTF_8))) {
            difference = "effect " + next + ":\n got " + effect + " " + new String(request, UTF_8) + "\nwant " + want;
        }
    }

    /** What differed first, if anything did. */
    Optional<String> difference(byte[] response) {
        if (difference == null && next < transcript.effects().size()) {
            difference = "the response came after " + next + " effects";
        }
        if (difference == null && !Arrays.equals(response, transcript.response().getBytes(UTF_8))) {
            difference = "response:\n got " + new String(response, UTF_8) + "\nwant " + transcript.response();
        }
        return Optional.ofNullable(difference).map(text -> transcript.name() + ": " + text);
    }
}
