function Get-HcsLog {
    <#
    .SYNOPSIS
    What a program has written, a line an object.
    .PARAMETER Id
    Id of the container.
    .PARAMETER ExecId
    An exec instead of the first process.
    .PARAMETER Tail
    Only so many last lines.
    .PARAMETER Follow
    Go on as more is written, until the program ends or the pipeline stops.
    .EXAMPLE
    Get-HcsLog web -Tail 20

    The last lines, as objects: Time, Stream and Text.
    .EXAMPLE
    Get-HcsLog web | Set-Content web.log

    The text alone, into a file.
    .EXAMPLE
    Get-HcsLog web -Follow | Where-Object Text -like '*ready*' | Select-Object -First 1

    Waits until it writes a line with ready, and goes on then; the container runs on.
    .EXAMPLE
    Get-HcsLog web | Where-Object Stream -eq stderr

    One of the two streams.
    .OUTPUTS
    HostCompute.LogLine
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.LogLine')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [string] $Id,
        [string] $ExecId,
        [ValidateRange(0, 2147483647)]
        [int] $Tail,
        [switch] $Follow
    )
    process {
        $line = @('logs')
        if ($ExecId) { $line += '--exec-id', $ExecId }
        if ($PSBoundParameters.ContainsKey('Tail')) { $line += '--tail', [string] $Tail }
        if ($Follow) { $line += '--follow' }
        try {
            Invoke-HcsFollow -Argument ($line + '--' + $Id) -TypeName 'LogPiece' -Target $Id -Caller $PSCmdlet | Split-HcsLogText
        } catch [System.Management.Automation.PipelineStoppedException] {
            throw
        } catch {
            $PSCmdlet.WriteError($_)
        }
    }
}
