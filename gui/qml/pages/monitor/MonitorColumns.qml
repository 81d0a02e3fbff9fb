import QtQuick
import AgGateway

// Which columns there are and how wide: chosen by the person, and as far as the table's width lets them.
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
    readonly property int attempts: 60

    readonly property bool accountShown: available >= 460 && !isHidden("account")
    readonly property bool firstByteShown: available >= 800 && !isHidden("firstByte")
    readonly property bool durationShown: !isHidden("duration")
    readonly property bool tokensShown: available >= 560 && !isHidden("tokens")
    readonly property bool costShown: available >= 780 && !isHidden("cost")
    readonly property bool attemptsShown: available >= 860 && !isHidden("attempts")
}
