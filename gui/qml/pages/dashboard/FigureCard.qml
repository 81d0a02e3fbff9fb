import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One of today's figures with its course; it leads to where it comes from.
Card {
    id: card
    required property var figure
    required property bool compact
    // "stats" or "errors", as Dashboard.figures has it.
    signal opened(string place)

    color: hover.hovered ? Theme.hover : Theme.surface
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: card.figure.label + " " + card.figure.value + ", " + card.figure.tip
    Accessible.onPressAction: card.opened(card.figure.place)
    Keys.onReturnPressed: card.opened(card.figure.place)
    Keys.onEnterPressed: card.opened(card.figure.place)
    Keys.onSpacePressed: card.opened(card.figure.place)
    ToolTip.visible: hover.hovered
    ToolTip.text: card.figure.tip
    ToolTip.delay: 500

    // Of the whole card, also of its edge.
    data: [
        HoverHandler { id: hover; cursorShape: Qt.PointingHandCursor },
        TapHandler { onTapped: card.opened(card.figure.place) },
        FocusRing { visible: card.activeFocus; radius: Theme.radiusLarge + 2 }
    ]
    Stat {
        label: card.figure.label
        value: card.figure.value
        change: card.figure.change
        changeKind: card.figure.changeKind
        compact: card.compact
        Layout.fillHeight: true
        Layout.fillWidth: true
    }
    Sparkline {
        values: card.figure.course
        Layout.fillWidth: true
    }
}
