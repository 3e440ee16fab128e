$id = Start-TestContainer
Remove-TestContainer $id
$events = @(Get-HcsEvent $id)
Assert-Equal @($events.Type)[0] 'create'
Assert-Equal @($events.Type)[-1] 'delete'
Assert-Equal @($events.Sequence) @(1..$events.Count)
Assert-Equal $events[0].PSObject.TypeNames[0] 'HostCompute.Event'
