import QtQuick
import AgGateway

// What an account's row shows beside its name and state.
ColumnSet {
    readonly property bool keyShown: !isHidden("key")
    readonly property bool limitShown: !isHidden("limit")
    readonly property bool lastUseShown: !isHidden("lastUse")
    readonly property bool priorityShown: !isHidden("priority")
}
