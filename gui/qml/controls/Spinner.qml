import QtQuick
import AgGateway

// Something is under way: a ring that turns, or three still dots for who wants no motion.
AgIcon {
    id: spinner
    objectName: "spinner"
    name: Theme.reducedMotion ? "ellipsis" : "loader-circle"
    rotation: 0
    RotationAnimation {
        target: spinner
        property: "rotation"
        running: spinner.visible && !Theme.reducedMotion
        from: 0
        to: 360
        duration: 900
        loops: Animation.Infinite
        onStopped: spinner.rotation = 0
    }
}
