package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertBookTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final AlertBook book = new AlertBook(2);

    private static Instant at(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    private static Alert alert(String name, Instant startsAt, Instant endsAt) {
        return alert(name, startsAt, endsAt, new Alert.Receipt(1, 1, 1));
    }

    private static Alert alert(String name, Instant startsAt, Instant endsAt, Alert.Receipt receipt) {
        return new Alert(Labels.of("alertname", name), Map.of(), startsAt, endsAt, "", receipt);
    }

    @Test
    void anOverlappingAlertKeepsTheEarliestStart() {
        book.put(alert("a", at(0), at(60)), true, at(0));

        HeldAlert held = book.put(alert("a", at(10), at(100)), true, at(30)).orElseThrow();

        assertThat(held.alert().startsAt()).isEqualTo(at(0));
        assertThat(held.alert().endsAt()).isEqualTo(at(100));
    }

    @Test
    void anAlertThatBeginsAfterTheLastOneEndedIsANewOne() {
        book.put(alert("a", at(0), at(60)), false, at(0));

        HeldAlert held = book.put(alert("a", at(60), at(100)), false, at(70)).orElseThrow();

        assertThat(held.alert().startsAt()).isEqualTo(at(60));
    }

    @Test
    void aStatedEndThatIsLaterOutlivesAnAssumedOne() {
        book.put(alert("a", at(0), at(600)), false, at(0));

        HeldAlert held = book.put(alert("a", at(0), at(330)), true, at(30)).orElseThrow();

        assertThat(held.alert().endsAt()).isEqualTo(at(600));
    }

    @Test
    void anAssumedEndIsReplacedByAnEarlierOne() {
        book.put(alert("a", at(0), at(600)), true, at(0));

        HeldAlert held = book.put(alert("a", at(0), at(330)), true, at(30)).orElseThrow();

        assertThat(held.alert().endsAt()).isEqualTo(at(330));
    }

    @Test
    void ofTwoEndsInThePastTheLaterCounts() {
        book.put(alert("a", at(0), at(20)), false, at(0));

        HeldAlert held = book.put(alert("a", at(0), at(10)), false, at(30)).orElseThrow();

        assertThat(held.alert().endsAt()).isEqualTo(at(20));
    }

    @Test
    void anAlertOfOurOwnFiresUntilItIsSaidToBeOver() {
        HeldAlert held = book.put(alert("a", at(0), null), false, at(0)).orElseThrow();
        assertThat(held.isResolvedAt(at(1_000_000))).isFalse();

        HeldAlert over = book.put(alert("a", at(0), at(50)), false, at(50)).orElseThrow();
        assertThat(over.isResolvedAt(at(49))).isFalse();
        assertThat(over.isResolvedAt(at(50))).isTrue();
    }

    @Test
    void theReceiptIsThatOfTheMomentTheStateBegan() {
        book.put(alert("a", at(0), null, new Alert.Receipt(1, 2, 3)), false, at(0));

        HeldAlert again = book.put(alert("a", at(0), null, new Alert.Receipt(7, 8, 9)), false, at(1))
                .orElseThrow();
        HeldAlert over = book.put(alert("a", at(0), at(2), new Alert.Receipt(10, 11, 12)), false, at(2))
                .orElseThrow();

        assertThat(again.alert().receipt()).isEqualTo(new Alert.Receipt(1, 2, 3));
        assertThat(over.alert().receipt()).isEqualTo(new Alert.Receipt(10, 11, 12));
    }

    @Test
    void whereAllFireANewAlertIsRefusedAndAKnownOneIsUpdated() {
        book.put(alert("a", at(0), null), false, at(0));
        book.put(alert("b", at(0), null), false, at(0));

        assertThat(book.put(alert("c", at(0), null), false, at(1))).isEmpty();
        assertThat(book.put(alert("b", at(0), at(1)), false, at(1))).isPresent();
        assertThat(book.put(alert("c", at(0), null), false, at(1))).isPresent();
        assertThat(book.size()).isEqualTo(2);
        assertThat(book.firingCount(at(1))).isEqualTo(2);
    }

    @Test
    void aResolvedAlertIsForgottenWhenItsRetentionIsExactlyReached() {
        book.put(alert("a", at(0), at(10)), false, at(10));

        book.sweep(at(10).plus(AlertBook.RESOLVED_RETENTION).minusMillis(1));
        assertThat(book.size()).isEqualTo(1);
        book.sweep(at(10).plus(AlertBook.RESOLVED_RETENTION));
        assertThat(book.size()).isZero();
        assertThat(AlertBook.RESOLVED_RETENTION).isEqualTo(Duration.ofMinutes(30));
    }
}
