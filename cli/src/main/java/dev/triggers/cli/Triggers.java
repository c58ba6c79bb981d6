package dev.triggers.cli;

import dev.triggers.cli.dev.DevCommand;
import dev.triggers.cli.rebuild.RebuildCommand;
import dev.triggers.cli.send.SendCommand;
import java.util.Arrays;
import java.util.List;

/** {@code ./triggers}: exit code 0 when it did what was asked, 1 when it could not, 2 when it did not understand. */
public final class Triggers {

    private Triggers() {}

    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    static int run(List<String> words) {
        try {
            String command = words.isEmpty() ? "nothing" : words.getFirst();
            List<String> rest = words.stream().skip(1).toList();
            return switch (command) {
                case "dev" -> new DevCommand(rest).run();
                case "send" -> new SendCommand(rest, System.getenv()).run();
                case "rebuild" -> new RebuildCommand(rest, System.getenv()).run();
                default -> throw new Usage("no such command: " + command);
            };
        } catch (Usage e) {
            System.err.println("triggers: " + e.getMessage() + " (./triggers help tells more)");
            return 2;
        } catch (Failure e) {
            System.err.println("triggers: " + e.getMessage());
            return 1;
        } catch (RuntimeException e) { // ours: threads that go on must not keep a command alive that has failed
            e.printStackTrace();
            return 1;
        }
    }
}
