function Get-HcsEvent {
    <#
    .SYNOPSIS
    What happened to containers, in order.
    .PARAMETER Id
    Only of this container: an earlier one that had its id is left out, unless -After is a cursor other than 0.
    .PARAMETER After
    Only what came after this cursor. 0 is the very first, as without it and without -Follow; with -Follow and without it only what is new.
    .PARAMETER Follow
    Go on as more happens, until the pipeline stops; without -After only with what is new, with -After 0 after all that has happened.
    .PARAMETER Until
    End after an event of one of these types; exit is that of the first process. With -Follow and -Id also when the container had exited, or
    was no more, before.
    .PARAMETER MaxEvents
    End after so many events.
    .PARAMETER Timeout
    With -Follow: how long to go on; an error of id timeout after that.
    .EXAMPLE
    Get-HcsEvent | Where-Object Type -eq exit

    What has happened so far: here all ends, of containers (ProcessId init) and of execs.
    .EXAMPLE
    Get-HcsEvent web -Follow -Until exit, delete

    What happens to one container from now on, until it has ended.
    .EXAMPLE
    $cursor = (Get-HcsEvent | Select-Object -Last 1).Cursor; Get-HcsEvent -After $cursor

    Later goes on where it was: no event is missed, and none comes twice.
    .EXAMPLE
    Get-HcsEvent web -Follow -After 0 -Until exit

    Everything that happened to it, from its creation on, until it has ended.
    .EXAMPLE
    Get-HcsEvent -Follow | Where-Object { (Get-HcsContainer $_.ContainerId -ErrorAction Ignore).Labels['team'] -eq 'build' } | Select-Object Time, Type, ContainerId, ExitCode | Export-Csv events.csv -Append

    What happens to containers of one label, into a table as it happens.
    .OUTPUTS
    HostCompute.Event
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Event')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)]
        [string] $Id,
        [Nullable[uint64]] $After,
        [switch] $Follow,
        [ValidateSet('create', 'start', 'exec-added', 'exec-started', 'exit', 'stopping', 'paused', 'resumed', 'delete', 'lost', 'recovered')]
        [string[]] $Until,
        [ValidateRange(1, 2147483647)] [int] $MaxEvents,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('events')
        if ($PSBoundParameters.ContainsKey('After')) { $line += '--after', [string] [uint64] $After }
        if ($Follow) { $line += '--follow' }
        if ($Id) { $line += '--id', $Id }
        foreach ($type in $Until) { $line += '--until', $type }
        if ($PSBoundParameters.ContainsKey('MaxEvents')) { $line += '--count', [string] $MaxEvents }
        $line += Get-HcsTimeoutOption -Timeout $Timeout
        Invoke-HcsFollow -Argument $line -TypeName 'Event' -Target $Id -Caller $PSCmdlet
    }
}
