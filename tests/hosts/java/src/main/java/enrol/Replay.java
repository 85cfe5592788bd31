package enrol;

import enrol.SignupInstance.Done;
import enrol.SignupInstance.State;
import enrol.SignupInstance.Waiting;
import enrol.Transcript.Effect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Replays transcripts: the same effects with the same bytes, and the same response. */
final class Replay {
    private static final int FEWEST = 50; // a replay of nothing holds nothing

    /** How answers are given. */
    enum Mode {
        IMMEDIATE(effect -> false), WAITING(effect -> true), INTERLEAVED(effect -> effect % 3 != 0);

        final IntPredicate later;

        Mode(IntPredicate later) {
            this.later = later;
        }
    }

    private Replay() {}

    /** Replays all transcripts of a folder, and returns how many there are. */
    static int check(SignupModule module, Path folder) throws IOException {
        List<Transcript> transcripts = Transcript.load(folder);
        Check.that(transcripts.size() >= FEWEST, "there are " + transcripts.size() + " transcripts in " + folder);
        List<String> differences = replay(module, transcripts);
        Check.that(differences.isEmpty(), String.join("\n", differences));
        // A player that accepts everything would pass as well.
        Transcript sample = transcripts.stream().filter(t -> t.name().equals("signup-ok")).findFirst().orElseThrow();
        changes().forEach((name, change) -> {
            int found = replay(module, List.of(change.apply(sample))).size();
            Check.that(found == Mode.values().length, "a changed transcript passed: " + name);
        });
        return transcripts.size();
    }

    /** Replays transcripts in all modes, those of one configuration in one instance, and returns what differed. */
    private static List<String> replay(SignupModule module, List<Transcript> transcripts) {
        var configurations = new LinkedHashMap<List<String>, List<Transcript>>();
        for (Transcript t : transcripts) {
            configurations.computeIfAbsent(List.of(t.conf(), t.secret_key()), key -> new ArrayList<>()).add(t);
        }
        var differences = new ArrayList<String>();
        configurations.forEach((configuration, group) -> {
            var instance = new SignupInstance(module);
            instance.configure(configuration.get(0), configuration.get(1));
            for (Mode mode : Mode.values()) {
                List<Player> players = group.stream().map(t -> new Player(t, mode.later)).toList();
                List<Done> responses = mode == Mode.INTERLEAVED ? interleaved(instance, players) : alone(instance, players);
                for (int i = 0; i < players.size(); i++) {
                    players.get(i).difference(responses.get(i).answer()).ifPresent(text -> differences.add(mode + " " + text));
                }
            }
        });
        return differences;
    }

    /** One operation after the other. */
    private static List<Done> alone(SignupInstance instance, List<Player> players) {
        var responses = new ArrayList<Done>();
        for (Player player : players) {
            State state = player.begin(instance);
            while (state instanceof Waiting waiting) {
                state = player.goOn(instance, waiting);
            }
            responses.add((Done) state);
        }
        return responses;
    }

    /** All at once: whose turn is next is left to chance, with a fixed seed. */
    private static List<Done> interleaved(SignupInstance instance, List<Player> players) {
        var chance = new Random(1);
        var states = new ArrayList<State>();
        players.forEach(player -> states.add(player.begin(instance)));
        while (true) {
            int[] turns = IntStream.range(0, states.size()).filter(i -> states.get(i) instanceof Waiting).toArray();
            if (turns.length == 0) {
                return states.stream().map(Done.class::cast).toList();
            }
            int i = turns[chance.nextInt(turns.length)];
            states.set(i, players.get(i).goOn(instance, (Waiting) states.get(i)));
        }
    }

    private static Map<String, UnaryOperator<Transcript>> changes() {
        return Map.of(
                "an effect's request", t -> effects(t, set(t, 2, e -> new Effect(e.effect(), e.request() + " ", e.answer()))),
                "an effect's answer", t -> effects(t, set(t, 1, e ->
                        new Effect(e.effect(), e.request(), e.answer().toLowerCase(Locale.ROOT)))),
                "an effect missing", t -> effects(t, t.effects().subList(0, t.effects().size() - 1)),
                "an effect too many", t -> {
                    var more = new ArrayList<>(t.effects());
                    more.add(more.get(0));
                    return effects(t, more);
                },
                "the response", t -> t.with(t.request(), t.effects(), t.response() + " "),
                "the request", t -> t.with(t.request().replaceFirst("ada", "bob"), t.effects(), t.response()));
    }

    private static Transcript effects(Transcript t, List<Effect> effects) {
        return t.with(t.request(), effects, t.response());
    }

    private static List<Effect> set(Transcript t, int index, UnaryOperator<Effect> change) {
        var effects = new ArrayList<>(t.effects());
        effects.set(index, change.apply(effects.get(index)));
        return effects;
    }
}
