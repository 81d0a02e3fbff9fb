import QtQuick
import QtQuick.Layouts
import AgGateway

Card {
    id: card
    required property App app
    title: qsTr("Routes")
    subtitle: qsTr("Which model name goes where. Without a route, each name goes to the provider that it belongs to.")
    actions: [
        AgButton { objectName: "addRoute"; text: qsTr("Add route"); iconName: "plus"; onClicked: { card.app.routes.beginAdd(); editor.edit("", false, "", "", "", ""); } },
        AgButton { objectName: "presets"; text: qsTr("Preset…"); onClicked: preset.open() }
    ]
    EmptyState {
        visible: card.app.routes.loaded && card.app.routes.count === 0
        iconName: "route"
        title: qsTr("No routes")
        text: qsTr("Add one to give a model another name, or to let Claude Code, Codex or Gemini CLI run on any provider.")
        Layout.fillWidth: true
        Layout.margins: Theme.m
    }
    ListView {
        id: list
        objectName: "routeList"
        model: card.app.routes
        interactive: false
        // A current row would take the keyboard from the one that is being moved.
        currentIndex: -1
        implicitHeight: contentHeight
        Layout.fillWidth: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Routes")
        delegate: Rectangle {
            id: row
            required property int index
            required property string pattern
            required property string target
            required property string provider
            required property string model
            required property string origin
            required property string chain
            required property bool background
            required property string effort
            objectName: "route-" + pattern
            width: list.width
            height: Theme.rowHeight
            activeFocusOnTab: true
            Accessible.role: Accessible.ListItem
            Accessible.name: qsTr("%1 goes to %2").arg(pattern).arg(target)
            // As dragging does; before the row above, or before the one after the next.
            Keys.onPressed: (event) => {
                if (!(event.modifiers & Qt.ControlModifier)) return;
                if (event.key === Qt.Key_Up && index > 0) card.app.routes.move(index, index - 1);
                else if (event.key === Qt.Key_Down) card.app.routes.move(index, index + 2 < list.count ? index + 2 : -1);
                else return;
                event.accepted = true;
            }
            FocusRing { visible: row.activeFocus }
            // What is dragged lies above the others, which do not shine through.
            z: drag.active ? 1 : 0
            color: drag.active ? Theme.raised : hover.hovered ? Theme.hover : "transparent"
            border.width: drag.active ? 1 : 0
            border.color: Theme.border
            radius: Theme.radius
            HoverHandler { id: hover }
            DragHandler {
                id: drag
                xAxis.enabled: false
                onActiveChanged: {
                    if (active) return;
                    const place = Math.max(0, Math.min(list.count - 1, Math.round(row.y / row.height)));
                    const before = place > row.index ? place + 1 : place;
                    card.app.routes.move(row.index, before < list.count ? before : -1);
                    row.y = row.index * row.height;
                }
            }
            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: Theme.s
                spacing: Theme.m
                AgIcon { name: "grip-vertical" }
                AgText { text: row.pattern; font.family: Theme.monoFamily; elide: Text.ElideRight; Layout.preferredWidth: row.width * 0.3 }
                AgIcon { name: "arrow-right" }
                CutText { text: row.target; Layout.fillWidth: true }
                Pill { visible: row.background; kind: "info"; text: qsTr("background tasks"); dot: false }
                Pill { visible: row.origin !== "user"; text: row.origin; dot: false }
                AgButton { objectName: "editRoute-" + row.pattern; kind: "quiet"; iconName: "pencil"; tip: qsTr("Edit %1").arg(row.pattern); onClicked: { card.app.routes.beginEdit(row.index); editor.edit(row.pattern, row.background, row.provider, row.model, row.chain, row.effort); } }
                AgButton { objectName: "removeRoute-" + row.pattern; kind: "quiet"; iconName: "trash-2"; tip: qsTr("Remove %1").arg(row.pattern); onClicked: card.app.routes.remove(row.index) }
            }
        }
    }
    RouteDialog { id: editor; app: card.app }
    RoutePresetDialog { id: preset; app: card.app }
}
