import QtQuick

// Makes a page when it is shown for the first time and keeps it from then on.
Loader {
    property bool shown: false
    active: false
    onShownChanged: if (shown) active = true
    Component.onCompleted: if (shown) active = true
}
