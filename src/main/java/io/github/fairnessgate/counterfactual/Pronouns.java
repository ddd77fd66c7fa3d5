package io.github.fairnessgate.counterfactual;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pronouns that have two counterparts: <i>her</i> is <i>his</i> before something that it possesses and else
 * <i>him</i>, <i>his</i> is <i>her</i> before something that it possesses and else <i>hers</i>.
 */
final class Pronouns {

    static final Map<String, List<String>> COUNTERPARTS = Map.of(
            "her", List.of("his", "him"),
            "his", List.of("her", "hers"),
            "him", List.of("her"),
            "hers", List.of("his"));

    /** What follows a pronoun on the same paragraph: a word or a number, in quotation marks perhaps. */
    private static final Pattern NEXT =
            Pattern.compile("[\\s&&[^\\n]]*+\\n?[\\s&&[^\\n]]*+[\"“'‘]?(?<word>[\\p{L}\\p{M}\\p{N}]++)");

    /** Words that nobody possesses: after them the pronoun before stood alone. */
    private static final Set<String> FUNCTION_WORDS = Set.of("""
            a an the this that these those some any no each every either neither both all
            and or but nor so yet if because although though unless than as like
            of in on at by from with without about into onto to toward towards for over under after before during through
            between among against within until till since upon via per off up down out away
            when while where who whom whose which what why how whether
            i me my mine myself you your yours yourself he him his himself she her hers herself it its itself
            we us our ours ourselves they them their theirs themselves
            is are was were be been being am do does did has have had will would can could shall should may might must
            not there here again too also anymore anyway instead today tonight tomorrow yesterday
            """.strip().split("\\s+"));

    private Pronouns() {}

    /** Whether a pair is one of those that the rule is about. */
    static boolean are(SwapList.Pair pair) {
        return pair.isOf("her", "him") || pair.isOf("her", "his") || pair.isOf("hers", "his");
    }

    /**
     * The counterpart of a word in a text.
     *
     * @param word one of a list, in lower case
     * @param end where the word ends in the text
     */
    static String counterpart(String word, List<String> counterparts, String text, int end) {
        return counterparts.equals(COUNTERPARTS.get(word)) && counterparts.size() == 2 && !possesses(text, end)
                ? counterparts.get(1)
                : counterparts.get(0);
    }

    private static boolean possesses(String text, int end) {
        Matcher next = NEXT.matcher(text).region(end, text.length());
        return next.lookingAt()
                && next.start("word") > end
                && Character.isWhitespace(text.charAt(end))
                && !FUNCTION_WORDS.contains(next.group("word").toLowerCase(Locale.ROOT));
    }
}
