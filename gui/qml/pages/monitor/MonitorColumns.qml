import QtQuick
import AgGateway

// Which columns there are and how wide. What the person has chosen is there on every width: a table that is too narrow
// for it scrolls across.
ColumnSet {
    id: columns
    property real available: 1000

    readonly property int margin: 12
    readonly property int gap: 12
    readonly property int time: 84
    readonly property int status: 44
    readonly property int account: 120
    readonly property int firstByte: 72
    readonly property int duration: 72
    readonly property int tokens: 52
    readonly property int cost: 64
    readonly property int attempts: 48
    // The model's column takes what is left, and this at least.
    readonly property int leastModel: 168

    readonly property bool accountShown: !isHidden("account")
    readonly property bool firstByteShown: !isHidden("firstByte")
    readonly property bool durationShown: !isHidden("duration")
    readonly property bool tokensShown: !isHidden("tokens")
    readonly property bool costShown: !isHidden("cost")
    readonly property bool attemptsShown: !isHidden("attempts")

    readonly property int least: 2 * margin + time + gap + status + gap + leastModel
        + (accountShown ? gap + account : 0)
        + (firstByteShown ? gap + firstByte : 0)
        + (durationShown ? gap + duration : 0)
        + (tokensShown ? 2 * (gap + tokens) : 0)
        + (costShown ? gap + cost : 0)
        + (attemptsShown ? gap + attempts : 0)
    // Of a row and of the header.
    readonly property real width: Math.max(available, least)
}
